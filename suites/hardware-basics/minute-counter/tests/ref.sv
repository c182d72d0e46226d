module RefModule (
    input logic clk,
    input logic resetn,
    input logic enable,
    output logic [3:0] tens,
    output logic [3:0] ones,
    output logic carry
);
    logic [5:0] number;
    always @(posedge clk, negedge resetn)
        if (!resetn) number <= 6'd0;
        else number <= (number + enable) % 60;
    assign tens = number / 10;
    assign ones = number % 10;
    assign carry = number == 6'd59 ? enable : 1'b0;
endmodule
