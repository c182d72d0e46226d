module TopModule (
    input logic a,
    input logic b,
    input logic c,
    output logic most,
    output logic all_equal
);
    assign most = (a & b) | (a & c) | (b & c);
    assign all_equal = (a & b & c) | ~(a | b | c);
endmodule
