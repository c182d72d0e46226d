module RefModule (
    input logic [7:0] a,
    output logic [7:0] same,
    output logic [7:0] inverted,
    output logic [7:0] swapped
);
    assign same = a;
    assign inverted = a ^ 8'hff;
    assign swapped = (a << 4) | (a >> 4);
endmodule
