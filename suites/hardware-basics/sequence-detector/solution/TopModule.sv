module TopModule (
    input logic clk,
    input logic areset,
    input logic x,
    output logic z,
    output logic seen
);
    localparam [1:0] NONE = 0, ONE = 1, ONE_ZERO = 2, ONE_ZERO_ONE = 3;
    logic [1:0] state;
    always_ff @(posedge clk or posedge areset)
        if (areset) begin
            state <= NONE;
            seen <= 1'b0;
        end else begin
            case (state)
                NONE: state <= x ? ONE : NONE;
                ONE: state <= x ? ONE : ONE_ZERO;
                ONE_ZERO: state <= x ? ONE_ZERO_ONE : NONE;
                ONE_ZERO_ONE: state <= x ? ONE : ONE_ZERO;
            endcase
            if (z) seen <= 1'b1;
        end
    assign z = state == ONE_ZERO_ONE && x;
endmodule
