module TopModule (
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
    logic [7:0] memory [0:5];
    logic [2:0] head, tail;
    wire pushes = push && !full;
    wire pops = pop && !empty;
    assign full = count == 3'd6;
    assign empty = count == 3'd0;
    assign out = memory[head];
    always_ff @(posedge clk or posedge areset)
        if (areset) begin
            head <= 3'd0;
            tail <= 3'd0;
            count <= 3'd0;
            dropped <= 1'b0;
        end else begin
            if (pushes) tail <= tail == 3'd5 ? 3'd0 : tail + 3'd1;
            if (pops) head <= head == 3'd5 ? 3'd0 : head + 3'd1;
            count <= count + pushes - pops;
            dropped <= push && full;
        end
    always_ff @(posedge clk)
        if (pushes && !areset) memory[tail] <= in;
endmodule
