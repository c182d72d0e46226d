module RefModule (
    input logic clk,
    input logic reset,
    input logic in,
    output logic out,
    output logic rise,
    output logic fall
);
    logic [2:0] recent;
    logic earlier;
    wire [3:0] window = {recent, in};
    always @(posedge clk)
        if (reset) begin
            recent <= 3'b000;
            {out, earlier} <= 2'b00;
        end else begin
            earlier <= out;
            recent <= window[2:0];
            if (&window) out <= 1'b1;
            else if (~|window) out <= 1'b0;
        end
    assign rise = out & ~earlier;
    assign fall = ~out & earlier;
endmodule
