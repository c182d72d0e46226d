module RefModule (
    input logic clk,
    input logic reset,
    input logic [3:0] request,
    input logic accept,
    output logic [3:0] grant,
    output logic [1:0] last
);
    logic [1:0] winner;
    always_comb begin
        winner = last;
        for (int i = 4; i >= 1; i--)
            if (request[2'(last + i)]) winner = 2'(last + i);
    end
    assign grant = request == 4'd0 ? 4'd0 : 4'b0001 << winner;
    always_ff @(posedge clk)
        if (reset) last <= 2'd3;
        else if (accept && request != 4'd0) last <= winner;
endmodule
