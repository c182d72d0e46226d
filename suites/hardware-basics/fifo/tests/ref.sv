module RefModule (
    input logic clk,
    input logic areset,
    input logic push,
    input logic pop,
    input logic [7:0] in,
    output logic [7:0] out,
    output logic full,
    output logic empty,
    output logic [2:0] count,
    output logic dropped
);
    // A shift register: the newest byte comes in at place 0, the oldest stands at place count - 1.
    logic [47:0] line;
    assign full = count > 5;
    assign empty = ~|count;
    assign out = empty ? 8'hxx : line[8 * (count - 1) +: 8];
    always @(posedge clk, posedge areset)
        if (areset) {count, dropped} <= '0;
        else begin
            dropped <= full ? push : 1'b0;
            if (push & ~full) line <= {line[39:0], in};
            case ({push & ~full, pop & ~empty})
                2'b10: count <= count + 1;
                2'b01: count <= count - 1;
                default: ;
            endcase
        end
endmodule
