module RefModule (
    input logic clk,
    input logic x,
    output logic z
);
    logic [2:0] state = 3'b000;
    wire [2:0] when_0 = {state[2], 1'b0, ~state[0]};
    wire [2:0] when_1 = {~state[2], ~state[1], 1'b1};
    always @(posedge clk) state <= x ? when_1 : when_0;
    assign z = state == 3'b000 || state == 3'b011 || state == 3'b101 || state == 3'b110;
endmodule
