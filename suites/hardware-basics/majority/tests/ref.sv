module RefModule (
    input logic a,
    input logic b,
    input logic c,
    output logic most,
    output logic all_equal
);
    wire [1:0] ones = a + b + c;
    assign most = ones[1];
    assign all_equal = a == b && b == c;
endmodule
