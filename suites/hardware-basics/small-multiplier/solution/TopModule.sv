module TopModule (
    input logic clk,
    input logic reset,
    input logic start,
    input logic [7:0] a,
    input logic [7:0] b,
    output logic busy,
    output logic done,
    output logic [15:0] product
);
    logic [15:0] shifted;
    logic [7:0] left_bits;
    logic [2:0] step;
    always_ff @(posedge clk) begin
        done <= 1'b0;
        if (reset) begin
            busy <= 1'b0;
        end else if (busy) begin
            step <= step + 3'd1;
            shifted <= {shifted[14:0], 1'b0};
            left_bits <= {1'b0, left_bits[7:1]};
            if (left_bits[0]) product <= product + shifted;
            if (step == 3'd7) begin
                busy <= 1'b0;
                done <= 1'b1;
            end
        end else if (start) begin
            busy <= 1'b1;
            step <= 3'd0;
            shifted <= {8'd0, a};
            left_bits <= b;
            product <= 16'd0;
        end
    end
endmodule
