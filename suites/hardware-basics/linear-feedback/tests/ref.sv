module RefModule (
    input logic clk,
    input logic areset,
    input logic load,
    input logic enable,
    input logic [15:0] seed_in,
    output logic [15:0] q
);
    wire feedback = ^(q & 16'b1011_0100_0000_0000);
    logic [15:0] next;
    always_comb begin
        next = enable ? (q << 1) | 16'(feedback) : q;
        if (load) next = |seed_in ? seed_in : 16'd1;
    end
    always @(posedge clk, posedge areset)
        if (areset) q <= 16'd1;
        else q <= next;
endmodule
