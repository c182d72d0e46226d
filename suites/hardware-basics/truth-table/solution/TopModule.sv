module TopModule (
    input logic x2,
    input logic x1,
    input logic x0,
    output logic f,
    output logic g
);
    assign f = (~x1 & ~x0) | (x1 & x0) | (x2 & x0);
    assign g = (x1 & ~x0) | (~x2 & x0);
endmodule
