module RefModule (
    input logic clk,
    input logic reset,
    input logic in_valid,
    output logic in_ready,
    input logic [7:0] in_data,
    output logic out_valid,
    input logic out_ready,
    output logic [7:0] out_data
);
    logic [7:0] words [0:1];
    logic [1:0] count;
    logic head;
    assign in_ready = count != 2'd2;
    assign out_valid = count != 2'd0;
    assign out_data = count == 2'd0 ? 8'hxx : words[head];
    // head plus count, modulo two: an entering word finds at most one there.
    wire tail = head ^ count[0];
    always @(posedge clk)
        if (reset) begin
            count <= 2'd0;
            head <= 1'b0;
        end else begin
            if (in_valid & in_ready) words[tail] <= in_data;
            if (out_valid & out_ready) head <= ~head;
            count <= count + (in_valid & in_ready) - (out_valid & out_ready);
        end
endmodule
