module RefModule (
    input logic clk,
    input logic reset,
    input logic enable,
    input logic [7:0] d,
    output logic [7:0] q
);
    wire [7:0] next = reset ? 8'd60 : enable ? d : q;
    always @(posedge clk) q <= next;
endmodule
