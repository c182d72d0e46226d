module RefModule (
    input logic clk,
    input logic reset,
    input logic req,
    input logic [7:0] data,
    input logic room,
    output logic ack,
    output logic strobe,
    output logic [7:0] word
);
    always @(posedge clk)
        if (reset) {ack, strobe, word} <= 10'd0;
        else
            case ({ack, req, room})
                3'b011: {ack, strobe, word} <= {2'b11, data};
                3'b110, 3'b111: strobe <= 1'b0;
                default: {ack, strobe} <= 2'b00;
            endcase
endmodule
