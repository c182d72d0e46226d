module TopModule (
    input logic [7:0] x,
    output logic [15:0] y
);
    // 231 = 256 - 32 + 8 - 1
    wire [15:0] w = {8'd0, x};
    assign y = (w << 8) - (w << 5) + (w << 3) - w;
endmodule
