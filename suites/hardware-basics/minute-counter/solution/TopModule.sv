module TopModule (
    input logic clk,
    input logic resetn,
    input logic enable,
    output logic [3:0] tens,
    output logic [3:0] ones,
    output logic carry
);
    always_ff @(posedge clk or negedge resetn)
        if (!resetn) begin
            tens <= 4'd0;
            ones <= 4'd0;
        end else if (enable) begin
            ones <= ones == 4'd9 ? 4'd0 : ones + 4'd1;
            if (ones == 4'd9) tens <= tens == 4'd5 ? 4'd0 : tens + 4'd1;
        end
    assign carry = enable && tens == 4'd5 && ones == 4'd9;
endmodule
