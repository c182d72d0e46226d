module RefModule (
    input logic clk,
    input logic reset,
    input logic [7:0] x,
    output logic [10:0] sum
);
    logic [7:0][7:0] past;
    always @(posedge clk) past <= reset ? '0 : {past[6:0], x};
    always_comb begin
        sum = 0;
        for (int i = 0; i < 8; i++) sum += past[i];
    end
endmodule
