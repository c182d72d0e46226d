module TopModule (
    input logic clk,
    input logic areset,
    input logic [1:0] mode,
    input logic serial,
    input logic [7:0] d,
    output logic [7:0] q
);
    always_ff @(posedge clk or posedge areset)
        if (areset) q <= 8'd0;
        else
            case (mode)
                2'd0: q <= q;
                2'd1: q <= {q[6:0], serial};
                2'd2: q <= {serial, q[7:1]};
                2'd3: q <= d;
            endcase
endmodule
