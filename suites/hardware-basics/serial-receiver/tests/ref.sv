module RefModule (
    input logic clk,
    input logic reset,
    input logic rx,
    output logic [7:0] data,
    output logic valid,
    output logic frame_error
);
    // The places of a frame, one after the other: 0 idle, 1 start, 2 to 9 data, 10 stop, 11 waiting for the line.
    logic [3:0] place;
    logic [2:0] wait_left;
    logic [7:0] bits;
    always @(posedge clk)
        if (reset) {place, valid, frame_error, data} <= '0;
        else begin
            valid <= place == 10 && wait_left == 0 && rx;
            frame_error <= place == 10 && wait_left == 0 && !rx;
            if (place == 0) begin
                if (rx == 0) place <= 1;
                wait_left <= 3;
            end else if (place == 11) begin
                if (rx == 1) place <= 0;
            end else if (wait_left != 0) wait_left <= wait_left - 1;
            else begin
                wait_left <= 7;
                if (place == 1) place <= rx ? 0 : 2;
                else if (place == 10) begin
                    place <= rx ? 0 : 11;
                    if (rx) data <= bits;
                end else begin
                    bits[place - 2] <= rx;
                    place <= place + 1;
                end
            end
        end
endmodule
