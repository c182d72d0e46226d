module RefModule (
    input logic clk,
    input logic areset,
    input logic [1:0] mode,
    input logic serial,
    input logic [7:0] d,
    output logic [7:0] q
);
    always @(posedge clk, posedge areset)
        if (areset) q <= '0;
        else
            for (int i = 0; i < 8; i++)
                if (mode == 3) q[i] <= d[i];
                else if (mode == 1) q[i] <= i == 0 ? serial : q[i - 1];
                else if (mode == 2) q[i] <= i == 7 ? serial : q[i + 1];
endmodule
