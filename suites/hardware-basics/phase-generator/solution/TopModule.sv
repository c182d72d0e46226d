module TopModule (
    input logic clk,
    input logic reset,
    output logic [9:0] phase
);
    always_ff @(posedge clk)
        if (reset) phase <= 10'd1;
        else phase <= {phase[8:0], phase[9]};
endmodule
