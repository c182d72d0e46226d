`timescale 1 ps/1 ps

// All 256 numbers in order, then in a random one.
module tb();

    typedef struct packed {
        int errors;
        int errortime;
        int errors_y;
        int errortime_y;

        int clocks;
    } stats;

    stats stats1;

    reg clk = 0;
    initial forever #5 clk = ~clk;

    logic [7:0] x;
    logic [15:0] y_ref;
    logic [15:0] y_dut;

    RefModule good1 (
        .x(x),
        .y(y_ref)
    );

    TopModule top_module1 (
        .x(x),
        .y(y_dut)
    );

    // A private seed: nothing that a design draws changes the stimulus.
    int seed = 51907;

    initial begin
        for (int i = 0; i < 256; i++) begin
            x = i;
            @(negedge clk);
        end
        repeat (500) begin
            x = $random(seed);
            @(negedge clk);
        end
        $finish;
    end

    // X in the reference matches anything; X in the design matches only X.
    wire tb_match = y_ref === (y_ref ^ y_dut ^ y_ref);

    // Just before the next edge: whatever a design schedules at an edge has settled by then.
    always @(posedge clk, negedge clk) begin
        #4;
        stats1.clocks++;
        if (!tb_match) begin
            if (stats1.errors == 0) stats1.errortime = $time;
            stats1.errors++;
        end
        if (y_ref !== (y_ref ^ y_dut ^ y_ref)) begin
            if (stats1.errors_y == 0) stats1.errortime_y = $time;
            stats1.errors_y++;
        end
    end

    final begin
        if (stats1.errors_y) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "y", stats1.errors_y, stats1.errortime_y);
        else $display("Hint: Output '%s' has no mismatches.", "y");
        $display("Hint: Total mismatched samples is %1d out of %1d samples\n", stats1.errors, stats1.clocks);
        $display("Simulation finished at %0d ps", $time);
        $display("Mismatches: %1d in %1d samples", stats1.errors, stats1.clocks);
    end

    initial begin
        #1000000
        $display("TIMEOUT");
        $finish();
    end

endmodule
