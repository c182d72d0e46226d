module RefModule (
    input logic clk,
    input logic reset,
    input logic w,
    output logic z
);
    // One-hot, from the lowest bit: A, B, C, D, E.
    logic [4:0] hot;
    always @(posedge clk) begin
        hot[0] <= reset | (hot[0] & w) | (hot[3] & ~w);
        hot[1] <= ~reset & ~w & (hot[0] | hot[4]);
        hot[2] <= ~reset & ~w & (hot[1] | hot[2]);
        hot[3] <= ~reset & w & (hot[1] | hot[4]);
        hot[4] <= ~reset & w & (hot[2] | hot[3]);
    end
    assign z = hot[2] | hot[4];
endmodule
