module TopModule (
    input logic clk,
    input logic load,
    input logic enable,
    input logic [15:0] page,
    output logic [23:0] q
);
    // Three counters of eight bits; whether the lowest is full is decided one count ahead and kept in a register.
    logic low_full;
    always_ff @(posedge clk)
        if (load) begin
            q <= {page, 8'd0};
            low_full <= 1'b0;
        end else if (enable) begin
            low_full <= q[7:0] == 8'd254;
            q[7:0] <= q[7:0] + 8'd1;
            if (low_full) q[15:8] <= q[15:8] + 8'd1;
            if (low_full && q[15:8] == 8'd255) q[23:16] <= q[23:16] + 8'd1;
        end
endmodule
