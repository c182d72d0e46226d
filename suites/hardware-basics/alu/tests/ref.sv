module RefModule (
    input logic [2:0] op,
    input logic [7:0] a,
    input logic [7:0] b,
    output logic [7:0] y,
    output logic zero,
    output logic carry,
    output logic overflow
);
    int sum, difference;
    always_comb begin
        sum = int'($signed(a)) + int'($signed(b));
        difference = int'($signed(a)) - int'($signed(b));
        y = op == 0 ? 8'(sum)
          : op == 1 ? 8'(difference)
          : op == 2 ? (a & b)
          : op == 3 ? (a | b)
          : op == 4 ? (a ^ b)
          : op == 5 ? (a << 1)
          : op == 6 ? 8'($signed(a) >>> 1)
          : {7'd0, difference < 0};
        zero = ~|y;
        carry = op == 0 ? int'(a) + int'(b) > 255
          : op == 1 ? a < b
          : op == 5 ? a >= 8'd128
          : op == 6 ? a % 2 == 1
          : 1'b0;
        overflow = op == 0 ? (sum > 127 || sum < -128)
          : op == 1 ? (difference > 127 || difference < -128)
          : 1'b0;
    end
endmodule
