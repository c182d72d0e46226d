module TopModule (
    input logic clk,
    input logic reset,
    input logic req,
    input logic [7:0] data,
    input logic room,
    output logic ack,
    output logic strobe,
    output logic [7:0] word
);
    wire take = !ack && req && room;
    always_ff @(posedge clk)
        if (reset) begin
            ack <= 1'b0;
            strobe <= 1'b0;
            word <= 8'd0;
        end else begin
            ack <= take || (ack && req);
            strobe <= take;
            if (take) word <= data;
        end
endmodule
