module TopModule (
    input logic [2:0] op,
    input logic [7:0] a,
    input logic [7:0] b,
    output logic [7:0] y,
    output logic zero,
    output logic carry,
    output logic overflow
);
    wire sign_a = a[7];
    wire sign_b = b[7];
    wire sign_y = y[7];
    always_comb begin
        carry = 1'b0;
        overflow = 1'b0;
        case (op)
            3'd0: begin
                {carry, y} = a + b;
                overflow = sign_a == sign_b && sign_y != sign_a;
            end
            3'd1: begin
                {carry, y} = a - b;
                overflow = sign_a != sign_b && sign_y != sign_a;
            end
            3'd2: y = a & b;
            3'd3: y = a | b;
            3'd4: y = a ^ b;
            3'd5: {carry, y} = {a, 1'b0};
            3'd6: {y, carry} = {sign_a, a};
            3'd7: y = {7'd0, $signed(a) < $signed(b)};
        endcase
    end
    assign zero = y == 8'd0;
endmodule
