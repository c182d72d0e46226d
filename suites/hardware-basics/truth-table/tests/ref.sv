module RefModule (
    input logic x2,
    input logic x1,
    input logic x0,
    output logic f,
    output logic g
);
    always_comb
        case ({x2, x1, x0})
            3'b000: {f, g} = 2'b10;
            3'b001: {f, g} = 2'b01;
            3'b010: {f, g} = 2'b01;
            3'b011: {f, g} = 2'b11;
            3'b100: {f, g} = 2'b10;
            3'b101: {f, g} = 2'b10;
            3'b110: {f, g} = 2'b01;
            3'b111: {f, g} = 2'b10;
        endcase
endmodule
