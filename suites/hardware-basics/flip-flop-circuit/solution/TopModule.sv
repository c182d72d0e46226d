module TopModule (
    input logic clk,
    input logic x,
    output logic z
);
    logic first = 1'b0, second = 1'b0, third = 1'b0;
    always_ff @(posedge clk) begin
        first <= x ^ first;
        second <= x & ~second;
        third <= x | ~third;
    end
    assign z = ~(first ^ second ^ third);
endmodule
