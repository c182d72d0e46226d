module RefModule (
    input logic [14:0] x,
    output logic [3:0] count
);
    always_comb begin
        count = 0;
        for (int i = 0; i < 15; i++) count += 4'(x[i]);
    end
endmodule
