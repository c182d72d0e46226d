module TopModule (
    input logic clk,
    input logic reset,
    input logic [3:0] request,
    input logic accept,
    output logic [3:0] grant,
    output logic [1:0] last
);
    // The lowest request above last, else the lowest of all: x & -x keeps the lowest one.
    wire [3:0] above = request & (last == 0 ? 4'b1110 : last == 1 ? 4'b1100 : last == 2 ? 4'b1000 : 4'b0000);
    wire [3:0] from = above != 0 ? above : request;
    assign grant = from & (~from + 4'd1);
    always @(posedge clk)
        if (reset) last <= 2'b11;
        else if (accept)
            case (grant)
                4'b0001: last <= 2'd0;
                4'b0010: last <= 2'd1;
                4'b0100: last <= 2'd2;
                4'b1000: last <= 2'd3;
                default: ;
            endcase
endmodule
