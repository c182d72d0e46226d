module TopModule (
    input logic clk,
    input logic reset,
    input logic in_valid,
    output logic in_ready,
    input logic [7:0] in_data,
    output logic out_valid,
    input logic out_ready,
    output logic [7:0] out_data
);
    logic [7:0] spare;
    logic full;
    wire enter = in_valid && in_ready;
    wire leave = out_valid && out_ready;
    assign in_ready = !full;
    always_ff @(posedge clk)
        if (reset) begin
            out_valid <= 1'b0;
            full <= 1'b0;
        end else if (full) begin
            if (leave) begin
                out_data <= spare;
                full <= 1'b0;
            end
        end else if (enter && out_valid && !leave) begin
            spare <= in_data;
            full <= 1'b1;
        end else begin
            out_valid <= enter || (out_valid && !leave);
            if (enter) out_data <= in_data;
        end
endmodule
