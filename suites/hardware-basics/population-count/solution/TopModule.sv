module full_adder (
    input logic a,
    input logic b,
    input logic c,
    output logic sum,
    output logic carry
);
    assign sum = a ^ b ^ c;
    assign carry = (a & b) | (c & (a ^ b));
endmodule

module seven (
    input logic [6:0] x,
    output logic [2:0] count
);
    logic s0, s1, c0, c1, c2;
    full_adder f0 (x[0], x[1], x[2], s0, c0);
    full_adder f1 (x[3], x[4], x[5], s1, c1);
    full_adder f2 (s0, s1, x[6], count[0], c2);
    full_adder f3 (c0, c1, c2, count[1], count[2]);
endmodule

module TopModule (
    input logic [14:0] x,
    output logic [3:0] count
);
    logic [2:0] low, high;
    logic [2:0] carry;
    seven s0 (x[6:0], low);
    seven s1 (x[13:7], high);
    full_adder f0 (low[0], high[0], x[14], count[0], carry[0]);
    full_adder f1 (low[1], high[1], carry[0], count[1], carry[1]);
    full_adder f2 (low[2], high[2], carry[1], count[2], count[3]);
endmodule
