module RefModule (
    input logic clk,
    input logic load,
    input logic enable,
    input logic [15:0] page,
    output logic [23:0] q
);
    always @(posedge clk)
        if (load) q <= {page, 8'd0};
        else if (enable) q <= q + 1;
endmodule
