module TopModule (
    input logic clk,
    input logic reset,
    input logic enable,
    output logic [3:0] q
);
    logic [3:0] count;
    always_ff @(posedge clk)
        if (reset) count <= 4'd0;
        else if (enable) count <= count + 4'd1;
    assign q = count ^ (count >> 1);
endmodule
