module RefModule (
    input logic clk,
    input logic reset,
    input logic [7:0] x,
    output logic [10:0] sum
);
    logic [63:0] past;
    always @(posedge clk) past <= reset ? '0 : {past[55:0], x};
    always_comb begin
        sum = 0;
        for (int i = 0; i < 8; i++) sum += 11'(past[8*i+:8]);
    end
endmodule
