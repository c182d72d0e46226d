module TopModule (
    input logic clk,
    input logic reset,
    input logic [7:0] x,
    output logic [10:0] sum
);
    logic [7:0] past [0:7];
    always_ff @(posedge clk)
        if (reset) begin
            for (int i = 0; i < 8; i++) past[i] <= 8'd0;
            sum <= 11'd0;
        end else begin
            past[0] <= x;
            for (int i = 1; i < 8; i++) past[i] <= past[i-1];
            sum <= sum + {3'd0, x} - {3'd0, past[7]};
        end
endmodule
