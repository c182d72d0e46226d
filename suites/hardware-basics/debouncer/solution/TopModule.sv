module TopModule (
    input logic clk,
    input logic reset,
    input logic in,
    output logic out,
    output logic rise,
    output logic fall
);
    logic [1:0] count;
    always_ff @(posedge clk) begin
        rise <= 1'b0;
        fall <= 1'b0;
        if (reset) begin
            out <= 1'b0;
            count <= 2'd0;
        end else if (in == out) begin
            count <= 2'd0;
        end else if (count == 2'd3) begin
            count <= 2'd0;
            out <= in;
            rise <= in;
            fall <= !in;
        end else begin
            count <= count + 2'd1;
        end
    end
endmodule
