module RefModule (
    input logic [7:0] a,
    input logic [7:0] b,
    input logic sub,
    output logic [7:0] y,
    output logic saturated
);
    int exact;
    always_comb begin
        exact = sub ? int'($signed(a)) - int'($signed(b)) : int'($signed(a)) + int'($signed(b));
        saturated = exact > 127 || exact < -128;
        if (exact > 127) y = 8'h7f;
        else if (exact < -128) y = 8'h80;
        else y = 8'(exact);
    end
endmodule
