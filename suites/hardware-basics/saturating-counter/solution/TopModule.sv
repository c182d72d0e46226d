module TopModule (
    input logic clk,
    input logic resetn,
    input logic load,
    input logic up,
    input logic down,
    input logic [3:0] d,
    output logic [3:0] q,
    output logic at_max,
    output logic at_min
);
    always_ff @(posedge clk)
        if (!resetn) q <= 4'd8;
        else if (load) q <= d;
        else if (up && !down && !at_max) q <= q + 4'd1;
        else if (down && !up && !at_min) q <= q - 4'd1;
    assign at_max = q == 4'd15;
    assign at_min = q == 4'd0;
endmodule
