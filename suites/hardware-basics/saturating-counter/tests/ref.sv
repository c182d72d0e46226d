module RefModule (
    input logic clk,
    input logic resetn,
    input logic load,
    input logic up,
    input logic down,
    input logic [3:0] d,
    output logic [3:0] q,
    output logic at_max,
    output logic at_min
);
    int next;
    always_comb begin
        next = int'(q) + int'(up) - int'(down);
        if (next > 15) next = 15;
        if (next < 0) next = 0;
        if (load) next = int'(d);
        if (!resetn) next = 8;
    end
    always @(posedge clk) q <= 4'(next);
    assign at_max = &q;
    assign at_min = ~|q;
endmodule
