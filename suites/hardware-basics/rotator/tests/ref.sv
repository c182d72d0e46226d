module RefModule (
    input logic [15:0] in,
    input logic [3:0] amount,
    input logic right,
    output logic [15:0] out
);
    wire [31:0] twice = {in, in};
    wire [31:0] to_left = twice << amount;
    wire [31:0] to_right = twice >> amount;
    assign out = right ? to_right[15:0] : to_left[31:16];
endmodule
