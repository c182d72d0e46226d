module RefModule (
    input logic enable,
    input logic [1:0] sel,
    input logic [7:0] a,
    input logic [7:0] b,
    input logic [7:0] c,
    input logic [7:0] d,
    output logic [7:0] y
);
    wire [31:0] all = {d, c, b, a};
    assign y = enable ? all[8 * sel +: 8] : 8'd0;
endmodule
