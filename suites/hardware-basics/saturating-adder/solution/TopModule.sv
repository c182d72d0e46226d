module TopModule (
    input logic [7:0] a,
    input logic [7:0] b,
    input logic sub,
    output logic [7:0] y,
    output logic saturated
);
    wire signed [8:0] wide = sub ? $signed(a) - $signed(b) : $signed(a) + $signed(b);
    assign saturated = wide[8] != wide[7];
    assign y = saturated ? {wide[8], {7{~wide[8]}}} : wide[7:0];
endmodule
