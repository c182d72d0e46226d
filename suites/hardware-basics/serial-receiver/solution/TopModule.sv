module TopModule (
    input logic clk,
    input logic reset,
    input logic rx,
    output logic [7:0] data,
    output logic valid,
    output logic frame_error
);
    localparam [1:0] IDLE = 0, FRAME = 1, BREAK = 2;
    logic [1:0] state;
    logic [6:0] edge_number;
    logic [7:0] shift;
    always_ff @(posedge clk) begin
        valid <= 1'b0;
        frame_error <= 1'b0;
        if (reset) begin
            state <= IDLE;
            data <= 8'd0;
        end else
            case (state)
                IDLE: begin
                    edge_number <= 7'd1;
                    if (!rx) state <= FRAME;
                end
                FRAME: begin
                    edge_number <= edge_number + 7'd1;
                    if (edge_number == 7'd4 && rx) state <= IDLE;
                    if (edge_number[2:0] == 3'd4) shift <= {rx, shift[7:1]};
                    if (edge_number == 7'd76) begin
                        if (rx) begin
                            data <= shift;
                            valid <= 1'b1;
                            state <= IDLE;
                        end else begin
                            frame_error <= 1'b1;
                            state <= BREAK;
                        end
                    end
                end
                default: if (rx) state <= IDLE;
            endcase
    end
endmodule
