module RefModule (
    input logic [7:0] x,
    output logic [15:0] y
);
    assign y = 16'(231 * x);
endmodule
