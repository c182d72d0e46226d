module RefModule (
    input logic clk,
    input logic reset,
    input logic start,
    input logic [7:0] a,
    input logic [7:0] b,
    output logic busy,
    output logic done,
    output logic [15:0] product
);
    logic [3:0] left;
    logic [7:0] m, n;
    logic known;
    assign busy = left != 0;
    assign product = known ? m * n : 16'hxxxx;
    always @(posedge clk)
        if (reset) {left, done, known} <= '0;
        else begin
            done <= left == 1;
            if (left != 0) begin
                left <= left - 1;
                known <= left == 1;
            end else if (start) begin
                left <= 8;
                known <= 0;
                m <= a;
                n <= b;
            end
        end
endmodule
