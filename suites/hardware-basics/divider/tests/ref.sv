module RefModule (
    input logic clk,
    input logic reset,
    input logic start,
    input logic [7:0] dividend,
    input logic [7:0] divisor,
    output logic busy,
    output logic done,
    output logic [7:0] quotient,
    output logic [7:0] remainder
);
    logic [3:0] left;
    logic [7:0] n, d;
    logic known;
    assign busy = left != 0;
    assign quotient = known ? (d == 0 ? 8'hff : n / d) : 8'hxx;
    assign remainder = known ? (d == 0 ? n : n % d) : 8'hxx;
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
                n <= dividend;
                d <= divisor;
            end
        end
endmodule
