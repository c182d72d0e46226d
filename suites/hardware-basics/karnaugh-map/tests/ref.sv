module RefModule (
    input logic a,
    input logic b,
    input logic c,
    input logic d,
    output logic out
);
    always_comb
        case ({a, b, c, d})
            4'b0000, 4'b0101, 4'b0111, 4'b1000, 4'b1010, 4'b1111: out = 1'b1;
            4'b0001, 4'b0011, 4'b0110, 4'b1001, 4'b1100, 4'b1110: out = 1'b0;
            default: out = 1'bx;
        endcase
endmodule
