module RefModule (
    input logic clk,
    input logic reset,
    output logic [9:0] phase
);
    integer at;
    always @(posedge clk) at <= reset ? 0 : (at + 1) % 10;
    assign phase = 10'd1 << at;
endmodule
