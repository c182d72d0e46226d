module TopModule (
    input logic clk,
    input logic reset,
    input logic enable,
    input logic [7:0] d,
    output logic [7:0] q
);
    always_ff @(posedge clk)
        if (reset) q <= 8'h3c;
        else if (enable) q <= d;
endmodule
