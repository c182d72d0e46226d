module TopModule (
    input logic [7:0] a,
    output logic [7:0] same,
    output logic [7:0] inverted,
    output logic [7:0] swapped
);
    assign same = a;
    assign inverted = ~a;
    assign swapped = {a[3:0], a[7:4]};
endmodule
