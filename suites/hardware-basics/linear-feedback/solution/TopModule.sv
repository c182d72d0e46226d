module TopModule (
    input logic clk,
    input logic areset,
    input logic load,
    input logic enable,
    input logic [15:0] seed_in,
    output logic [15:0] q
);
    always_ff @(posedge clk or posedge areset)
        if (areset) q <= 16'h0001;
        else if (load) q <= seed_in == 16'd0 ? 16'h0001 : seed_in;
        else if (enable) q <= {q[14:0], q[15] ^ q[13] ^ q[12] ^ q[10]};
endmodule
