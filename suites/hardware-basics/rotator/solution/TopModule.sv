module TopModule (
    input logic [15:0] in,
    input logic [3:0] amount,
    input logic right,
    output logic [15:0] out
);
    wire [3:0] left = right ? -amount : amount;
    wire [15:0] by1 = left[0] ? {in[14:0], in[15]} : in;
    wire [15:0] by2 = left[1] ? {by1[13:0], by1[15:14]} : by1;
    wire [15:0] by4 = left[2] ? {by2[11:0], by2[15:12]} : by2;
    assign out = left[3] ? {by4[7:0], by4[15:8]} : by4;
endmodule
