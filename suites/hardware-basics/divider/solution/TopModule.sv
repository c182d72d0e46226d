module TopModule (
    input logic clk,
    input logic reset,
    input logic start,
    input logic [7:0] dividend,
    input logic [7:0] divisor,
    output logic busy,
    output logic done,
    output logic [7:0] quotient,
    output logic [7:0] remainder
);
    logic [7:0] by;
    logic [2:0] step;
    wire [8:0] partial = {remainder, quotient[7]};
    wire fits = partial >= {1'b0, by};
    always_ff @(posedge clk) begin
        done <= 1'b0;
        if (reset) begin
            busy <= 1'b0;
        end else if (busy) begin
            step <= step + 3'd1;
            quotient <= {quotient[6:0], fits};
            remainder <= fits ? 8'(partial - by) : partial[7:0];
            if (step == 3'd7) begin
                busy <= 1'b0;
                done <= 1'b1;
            end
        end else if (start) begin
            busy <= 1'b1;
            step <= 3'd0;
            by <= divisor;
            quotient <= dividend;
            remainder <= 8'd0;
        end
    end
endmodule
